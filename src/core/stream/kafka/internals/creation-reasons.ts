import { internalModule } from './kafkajs.js';

interface Response {
  parse(answer: Answer): Promise<unknown>;
}
interface Answer {
  readonly topicErrors: readonly { readonly topic: string; readonly errorMessage: string | null }[];
}

/**
 * The broker says why it does not create a topic ("Unknown topic config name: …"). kafkajs drops that and throws a text of its
 * own. These modules parse the answers; kafkajs loads them when it needs them.
 */
for (const version of [1, 2, 3]) {
  const response = internalModule(`protocol/requests/createTopics/v${version}/response.js`) as Response;
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
