/** What is shown where there is no number; in SQL it is NULL. */
export const NO_NUMBER = '–';

/** `0:31.2`; with an hour `1:00:31.2`. Cut, never rounded up: nothing is shown that was not watched. */
export function formatTime(seconds: number | null | undefined, { decimals = 1 }: { decimals?: 0 | 1 } = {}): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NO_NUMBER;
  // A tenth of 0.1 + 0.2 seconds is three tenths: the half thousandth forgives what binary fractions lose.
  const tenths = Math.floor(seconds * 10 + 0.005);
  const whole = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const clock = hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
  return decimals === 1 ? `${clock}.${tenths % 10}` : clock;
}

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`. */
export function formatAgo(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
}

/** The viewer's local time of day, `14:03:07`. */
export function formatClock(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString('en-GB');
}

/** `1 visit`, `2 visits`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
