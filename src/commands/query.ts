import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import {
  answerFrames,
  answerVideo,
  answerVideos,
  type FrameAnswer,
  type VideoAnswer,
} from '../core/answers.js';
import { MvsError } from '../core/errors.js';
import { openMongo } from '../core/store/mongo.js';
import { homeFlags, storeFlags, storeOf } from '../flags/index.js';
import { renderFrames, renderVideo, renderVideos } from '../ui/answers.js';

type Result = { videos: VideoAnswer[] } | (VideoAnswer & { frames?: FrameAnswer[] });

export default class Query extends BaseCommand<Result> {
  static override summary = 'Answer what is seen in a video, or list all videos.';
  static override examples = [
    '<%= config.bin %> query',
    '<%= config.bin %> query cat',
    '<%= config.bin %> query cat --frames',
  ];
  static override args = {
    video: Args.string({ description: 'name of the video: its file name without the extension' }),
  };
  static override flags = {
    frames: Flags.boolean({ description: 'the record of each frame' }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Query);
    if (flags.frames && args.video === undefined) {
      throw new MvsError('USAGE', '--frames is for one video', {
        hint: 'Name it: mvs query VIDEO --frames.',
      });
    }
    await using store = await openMongo(storeOf(flags));
    if (args.video === undefined) {
      const videos = await answerVideos(store);
      this.print(renderVideos(videos));
      return { videos };
    }
    const answer = await answerVideo(store, args.video);
    this.print(renderVideo(answer));
    if (!flags.frames) return answer;
    const frames: FrameAnswer[] = [];
    for await (const frame of answerFrames(store, args.video)) frames.push(frame);
    this.print(`\n${renderFrames(frames)}`);
    return { ...answer, frames };
  }
}
