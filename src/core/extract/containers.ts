/**
 * The containers that ffmpeg may open: all that hold their own pictures. Left out on purpose are those that make ffmpeg open other files
 * (playlists and scripts: hls, concat, dash, imf, sdp; image2 with `%d` in a name; mlv and vobsub, which have parts), that draw texts
 * as pictures (tty, bin, adf, xbin), and single pictures (…_pipe). A version of ffmpeg ignores the names that it does not know.
 */
const video = `
  mov matroska webm avi mpegts mpeg mpegvideo flv live_flv kux asf asf_o ogg mxf mxf_opatom gxf nut ivf h261 h263 h264 hevc vvc evc m4v apv av1 obu avs2
  avs3 cavsvideo dirac dnxhd vc1 vc1test dv rm ivr wtv gif apng webp_anim jpegxl_anim mjpeg mjpeg_2000 mpjpeg ingenient yuv4mpegpipe smjpeg
  dhav hxvs ifv luodat iv8 nc mxg msnwctcp lmlm4 lxf ty nuv nsv pva pmp psxstr xmv usm ser cine cdxl cdg
  4xm anm avs bethsoftvid bfi bink bmv c93 derf dfa dsicin dxa ea ea_cdata film_cpk filmstrip flic frm gdv hnm idcin iff ipmovie ipu jv
  mgsts mm mods moflex mtv mv mvi paf pdv rl2 roq rpl sga siff smk smush swf thp tiertexseq tmv vividas vivo vmd wc3movie wsvqa yop`;

/** Known so that a sound file is called one. */
const sound = `
  mp3 wav w64 flac aac ac3 ac4 eac3 aiff caf amr amrnb amrwb ape au dts dtshd mlp truehd mpc mpc8 oma tak tta voc wv dsf loas qcp spdif
  gsm shn aa aax adx`;

/** In the form of ffmpeg's `-format_whitelist`. */
export const containers = `${video} ${sound}`.trim().split(/\s+/).join(',');

/** Still pictures, as ffmpeg names their containers: `png_pipe`, `image2`. */
export function pictureKind(container: string): string | undefined {
  if (container === 'image2') return 'picture file';
  return /^(\w+)_pipe$/.exec(container)?.[1];
}
