/** The engines that everything is tested in. */
export type Engine = 'chromium' | 'firefox' | 'webkit';

/** The engine this page runs in. Only for what a test expects of the engine itself, never for what we do in it. */
export const ENGINE: Engine = navigator.userAgent.includes('Firefox/')
  ? 'firefox'
  : navigator.userAgent.includes('AppleWebKit/') && !navigator.userAgent.includes('Chrome/')
    ? 'webkit'
    : 'chromium';
