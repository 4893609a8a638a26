/** Rows of `supabase/seed.sql`, whose ids never change. */
export const SEEDED: { readonly lesson: string; readonly youtube: string; readonly creatorUser: string } = {
  lesson: 'c4000000-0000-4000-8000-000000000001',
  /** On YouTube itself. */
  youtube: 'c4000000-0000-4000-8000-000000000004',
  /** The auth user of the creator of all seeded videos. */
  creatorUser: 'c0000000-0000-4000-8000-000000000001',
};
