import path from 'node:path';

function extensions(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').map((extension) => `.${extension}`));
}

const usual = extensions(
  '3g2 3gp asf avi divx flv h264 hevc ivf m2ts m2v m4v mjpeg mjpg mkv mov mp4 mpeg mpg mts mxf nut ogm ogv ts vob webm wmv y4m',
);

/** Of single vendors and programs, and old ones. */
const rare = extensions(
  '264 265 360 3gpp avc av1 dav dv evo f4v h265 insv m1v m2p m2t mk3d mpe mpv obu qt rm rmvb tod trp wtv',
);

/**
 * Files that are no videos, or not yet, even if ffprobe finds a picture in them: pictures, sound, archives, documents, programs,
 * unfinished downloads.
 */
const others = extensions(
  'jpg jpeg jpe png apng gif webp bmp tif tiff heic heif avif psd svg ico dng raw cr2 cr3 nef arw thm insp gpr ' +
    'mp3 m4a aac wav flac ogg oga opus wma aif aiff amr mka ac3 dts mid ' +
    'zip gz tgz bz2 xz zst 7z rar tar iso dmg pdf doc docx xls xlsx ppt pptx db sqlite npy npz pt onnx h5 parquet ' +
    'exe dll so dylib jar class pyc o a ' +
    'part partial crdownload download filepart tmp temp aria2 bak lock swp',
);

export function isVideoFile(file: string): boolean {
  return isUsualVideo(file) || rare.has(extensionOf(file));
}

export function isUsualVideo(file: string): boolean {
  return usual.has(extensionOf(file));
}

/** True if the extension neither says that it is a video nor that it is something else. */
export function mayBeVideo(file: string): boolean {
  return !others.has(extensionOf(file));
}

function extensionOf(file: string): string {
  return path.extname(file).toLowerCase();
}
