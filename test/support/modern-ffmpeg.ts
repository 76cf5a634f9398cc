import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { findBinary } from '../../src/core/extract/binaries.js';

/** The ffmpeg that comes with mvs. */
export const bundledFfmpeg = ffmpeg.path;

const { MVS_TEST_FFMPEG: named, PATH } = process.env;
const found = await findBinary('ffmpeg', { PATH, MVS_FFMPEG: named });

/** An ffmpeg of version 6 or later: that of MVS_TEST_FFMPEG, else one on the PATH; undefined if there is none. */
export const modernFfmpeg = found.bundled || found.fpsMode === 'vsync' ? undefined : found.path;
