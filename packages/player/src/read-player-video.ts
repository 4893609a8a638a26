import type { Evidence } from '@chronos-player/media';

/** A caption file of the database's. */
interface PlayerCaption {
  readonly src: string;
  readonly srclang: string;
  readonly label: string;
}

/** A stretch of the video with a name. */
interface PlayerChapter {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly title: string;
}

/** What may complete a video: a grade of watching, or the viewer's own word. */
type AcceptedEvidence = Evidence | 'attested';

/** The database's answer to `get_player_video`: what to play, and how far this viewer got. */
export interface PlayerVideo {
  readonly id: string;
  readonly title: string | null;
  readonly source_type: string;
  /** What `parseSource` understands; as the database says it, also `storage:bucket/path`. */
  readonly src: string;
  readonly poster: string | null;
  readonly captions: readonly PlayerCaption[];
  readonly chapters: readonly PlayerChapter[];
  readonly duration_ms: number | null;
  /** Percent that completes it. */
  readonly completion_threshold: number | null;
  readonly accepted_evidence: readonly AcceptedEvidence[] | null;
  readonly resume_position_seconds: number | null;
  /** How long ago that was, by the database's clock. */
  readonly resume_age_ms: number | null;
  readonly viewer_percent_complete: number | null;
  readonly completed: boolean | null;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_ADDRESS_LENGTH = 2048;
const MAX_TEXT_LENGTH = 500;
const MAX_CAPTIONS = 200;
const MAX_CHAPTERS = 1000;
/** Stands in for the page's own origin: only the scheme matters here. Never resolves (RFC 2606). */
const PAGE = 'https://page.invalid';
/** The shape of a BCP 47 tag. */
const LANGUAGE = /^[a-z\d]{1,8}(-[a-z\d]{1,8}){0,7}$/i;
const EVIDENCE: readonly AcceptedEvidence[] = ['measured', 'polled', 'reported', 'estimated', 'attested'];

/**
 * Reads the answer field by field. What creators wrote into their rows ends up in the page of everyone who watches: only
 * known names get through, as text, numbers and addresses of the web; what has another shape is left out.
 *
 * @returns null for what is no video.
 */
export function readPlayerVideo(answer: unknown): PlayerVideo | null {
  const video = fields(answer);
  if (typeof video['src'] !== 'string') return null;
  const { accepted_evidence: evidence, completed } = video;
  return {
    id: text(video['id']) ?? '',
    title: text(video['title']),
    source_type: text(video['source_type']) ?? '',
    src: video['src'],
    poster: address(video['poster']),
    captions: list(video['captions'], MAX_CAPTIONS).flatMap(readCaption),
    chapters: list(video['chapters'], MAX_CHAPTERS).flatMap(readChapter),
    duration_ms: amount(video['duration_ms']),
    completion_threshold: amount(video['completion_threshold']),
    accepted_evidence: Array.isArray(evidence) ? evidence.filter((kind) => EVIDENCE.includes(kind)) : null,
    resume_position_seconds: amount(video['resume_position_seconds']),
    resume_age_ms: amount(video['resume_age_ms']),
    viewer_percent_complete: amount(video['viewer_percent_complete']),
    completed: typeof completed === 'boolean' ? completed : null,
  };
}

function readCaption(value: unknown): PlayerCaption[] {
  const { src, srclang, label } = fields(value);
  const file = address(src);
  const language = text(srclang) ?? '';
  return file === null
    ? []
    : [{ src: file, srclang: LANGUAGE.test(language) ? language : '', label: text(label) ?? '' }];
}

function readChapter(value: unknown): PlayerChapter[] {
  const { start_ms: start, end_ms: end, title } = fields(value);
  const [from, to] = [amount(start), amount(end)];
  return from === null || to === null || to <= from ? [] : [{ start_ms: from, end_ms: to, title: text(title) ?? '' }];
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown, limit: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, limit) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH) : null;
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** http, https or relative to the page, as for every source: no other scheme, no credentials, bounded. */
function address(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ADDRESS_LENGTH) return null;
  if (!URL.canParse(value, PAGE)) return null;
  const { protocol, username, password } = new URL(value, PAGE);
  return /^https?:$/.test(protocol) && !username && !password ? value : null;
}
