import { run, startSink } from './tools.mjs';
import { SAMPLE_RATE } from './speech.mjs';

/** Integrated loudness of the lesson: comfortable beside other speech on the web, far from clipping. */
const LOUDNESS_LUFS = -18;

/** Arguments without spaces of their own, written as one reads them. */
const words = (text) => text.split(' ');

const QUIET = words('-y -hide_banner -loglevel error');
/** Nothing that differs from run to run (dates, encoder versions) goes into the files. */
const SAME_EVERY_TIME = words('-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact');

const H264 = words('-c:v libx264 -preset veryslow -tune animation -sc_threshold 0 -pix_fmt yuv420p');
const AAC = words('-c:a aac -ac 1 -ar 24000 -movflags +faststart');
const VP9 = words('-c:v libvpx-vp9 -b:v 0 -deadline good -cpu-used 1 -pix_fmt yuv420p');
// Opus begins 312 samples early; begun that much later, nothing pushes the pictures off their tenths.
const OPUS = words('-c:a libopus -ac 1 -b:a 10k -frame_duration 60 -af asetpts=N+312');

/** Rumble and hiss cut, a little warmth, the buzz around 3 kHz lowered, gentle compression. */
const TONE =
  'aresample=44100,highpass=f=90,equalizer=f=230:t=q:w=0.9:g=1.5,equalizer=f=3100:t=q:w=0.8:g=-2,' +
  'treble=f=7000:g=-2.5,lowpass=f=10000,acompressor=threshold=0.125:ratio=2:attack=10:release=180';
/** The echo of a small room (a fifth of a second of fading noise), mixed in 16 dB below the voice: more blurs it. */
const ROOM = 'anoisesrc=r=44100:d=0.22:c=pink:a=0.9:seed=7,afade=t=out:d=0.22:curve=cub';
const IN_THE_ROOM =
  '[toned]asplit[dry][send];[send][1:a]afir=dry=1:wet=1:gtype=gn,highpass=f=250,volume=0.05[wet];' +
  '[dry][wet]amix=inputs=2:normalize=0:duration=first';

/**
 * Makes a synthetic voice kinder and brings it to `LOUDNESS_LUFS`.
 * Reads raw PCM and writes a WAV in which every sentence still begins where it began.
 */
export function polishVoice(ffmpeg, { pcmFile, wavFile, durationMs }) {
  const voice = [...words(`-f s16le -ar ${SAMPLE_RATE} -ac 1 -i`), pcmFile];
  const inputs = [...QUIET, ...voice, '-f', 'lavfi', '-i', ROOM];
  const polish = (last, output) =>
    run(ffmpeg, [...inputs, '-filter_complex', `[0:a]${TONE}[toned];${IN_THE_ROOM},${last}`, ...output]);

  const measured = polish('ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.I:file=-', words('-f null -'));
  const loudness = Number(measured.toString().trim().split('=').at(-1));
  const level = `volume=${(LOUDNESS_LUFS - loudness).toFixed(2)}dB,alimiter=limit=0.84:level=0`;
  polish(level, [...words('-c:a pcm_s16le'), ...upTo(durationMs), wavFile]);
}

/** H.264 for flat pictures: starts at once (faststart), a keyframe every other second. */
export function lessonSink(ffmpeg, { fps, wavFile, file, durationMs }) {
  const codecs = [...H264, ...words('-crf 33'), ...keyframeEvery(2 * fps), ...AAC, ...words('-b:a 22k')];
  return startSink(ffmpeg, [...QUIET, ...pictures(fps), '-i', wavFile, ...codecs, ...upTo(durationMs), file]);
}

/**
 * The clock in both families, one keyframe each second; the tick is a soft, short 1.2 kHz tone.
 * The sound ends a tenth early, so that the codecs' padding does not lengthen the clip.
 */
export function clockSink(ffmpeg, { fps, file, durationMs }) {
  const tick = `aevalsrc='0.05*sin(2*PI*1200*t)*exp(-90*mod(t,1))':s=48000:d=${durationMs / 1000 - 0.1}`;
  const codecs = file.endsWith('.webm')
    ? [...VP9, ...words('-crf 46'), ...OPUS]
    : [...H264, ...words('-crf 31'), ...AAC, ...words('-b:a 16k')];
  const inputs = [...QUIET, ...pictures(fps), '-f', 'lavfi', '-i', tick];
  return startSink(ffmpeg, [...inputs, ...codecs, ...keyframeEvery(fps), ...upTo(durationMs), file]);
}

/** A picture for `<video poster>`. */
export function encodePoster(ffmpeg, { pngFile, file }) {
  run(ffmpeg, [...QUIET, '-i', pngFile, ...words('-c:v libwebp -quality 86'), ...SAME_EVERY_TIME, file]);
}

const pictures = (fps) => words(`-f image2pipe -framerate ${fps} -c:v png -i -`);
const keyframeEvery = (frames) => words(`-g ${frames} -keyint_min ${frames}`);
const upTo = (durationMs) => [...SAME_EVERY_TIME, '-t', String(durationMs / 1000)];
