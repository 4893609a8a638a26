import { existsSync, globSync } from 'node:fs';
import { findProgram } from './find-program.mjs';

const BROWSERS = '/usr/{lib,lib/*-linux-gnu,libexec}/webkit2gtk-4.[01]/MiniBrowser';
/** What plays H.264, AAC, VP9 and HLS; a WebKitGTK without them is there and plays nothing. */
const CODECS = '/usr/{lib,lib64,lib/*-linux-gnu}/gstreamer-1.0';
const NEEDED_CODECS = ['libgstlibav.so', 'libgstmatroska.so', 'libgstvideoparsersbad.so'];

/** The parts of WebKitGTK, or what is missing and how to get it. */
export function findWebKit() {
  const driver = findProgram('WebKitWebDriver');
  const browser = globSync(BROWSERS)[0];
  if (!driver || !browser) return { missing: 'no WebKitGTK found; apt-get install webkit2gtk-driver' };
  const folders = globSync(CODECS);
  const lacks = NEEDED_CODECS.filter((file) => !folders.some((folder) => existsSync(`${folder}/${file}`)));
  if (lacks.length > 0) {
    return {
      missing: `WebKitGTK has no ${lacks.join(', ')}; apt-get install gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav`,
    };
  }
  if (!findProgram('Xvfb') && !process.env.DISPLAY) {
    return { missing: 'WebKitGTK needs a display and there is none; apt-get install xvfb' };
  }
  return { driver, browser };
}
