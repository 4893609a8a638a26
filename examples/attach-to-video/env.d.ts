/// <reference types="vite/client" />

/** What `.env` says. */
interface ImportMetaEnv {
  readonly VITE_VIDEO_ID: string;
  readonly VITE_SUPABASE_URL: string;
  readonly VITE_SUPABASE_KEY: string;
}
