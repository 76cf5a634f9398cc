import { createRequire } from 'node:module';

interface Response {
  parse(answer: Answer): Promise<unknown>;
}
interface Answer {
  readonly topicErrors: readonly { readonly topic: string; readonly errorMessage: string | null }[];
}

/**
 * The broker says why it does not create a topic ("Unknown topic config name: …"), and kafkajs throws that away for a text of its
 * own. The answers are parsed by these modules, which it loads when they are needed.
 */
const require = createRequire(import.meta.url);
for (const version of [1, 2, 3]) {
  const response = require(`kafkajs/src/protocol/requests/createTopics/v${version}/response.js`) as Response;
  const parse = response.parse.bind(response);
  response.parse = async (answer) => {
    try {
      return await parse(answer);
    } catch (error) {
      const [refused] = answer.topicErrors;
      // Topics are created one by one.
      if (refused?.errorMessage && error instanceof Error) error.message = refused.errorMessage;
      throw error;
    }
  };
}
