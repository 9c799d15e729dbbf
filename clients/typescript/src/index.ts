// A typed client of Madang. Paths, parameters, bodies and answers are those of the API document (schema.ts).
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, paths } from "./schema.js";
export type Schemas = components["schemas"];

/** Tokens are what a sign-in gives. The refresh token is good once. */
export interface Tokens {
  access: string;
  refresh: string;
}

export interface Options {
  /** baseUrl is where the instance is, such as https://madang.example. */
  baseUrl: string;
  /** tokens of an earlier sign-in. */
  tokens?: Tokens;
  /** onTokens hears of new tokens, to keep them; of undefined when the session is over. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** language of messages. */
  language?: "en" | "ko";
  fetch?: typeof fetch;
}

export interface Madang extends Client<paths> {
  /** use has what is asked from now on be asked in that session; undefined: as a stranger. */
  signIn(tokens: Tokens | undefined): void;
}

/**
 * createMadang is a client that sends the access token, and exchanges it for a new one when it is no longer good.
 * Requests that find out together wait for one exchange, since a refresh token used twice ends the session.
 */
export function createMadang(options: Options): Madang {
  const send = options.fetch ?? fetch;
  let tokens = options.tokens;
  let exchange: Promise<void> | undefined;

  const signIn = (given: Tokens | undefined): void => {
    tokens = given;
    options.onTokens?.(given);
  };

  const renew = async (): Promise<void> => {
    const answer = await send(new URL("/api/auth/token/refresh", options.baseUrl), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ refresh: tokens?.refresh }),
    });
    if (answer.ok) signIn((await answer.json()) as Tokens);
    else if (answer.status === 400 || answer.status === 401) signIn(undefined);
  };

  const session: Middleware = {
    onRequest({ request }) {
      if (options.language) request.headers.set("Accept-Language", options.language);
      if (tokens) request.headers.set("Authorization", `Bearer ${tokens.access}`);
      return request;
    },
  };

  /** authorized asks, and once more with a new token when the old one is over. */
  const authorized: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const again = request.clone();
    const answer = await send(request);
    const sent = request.headers.get("Authorization");
    if (answer.status !== 401 || !sent || !tokens) return answer;
    if (sent === `Bearer ${tokens.access}`) {
      exchange ??= renew().finally(() => { exchange = undefined; });
      await exchange;
    }
    if (!tokens) return answer;
    again.headers.set("Authorization", `Bearer ${tokens.access}`);
    return send(again);
  };

  const client = createClient<paths>({ baseUrl: options.baseUrl, fetch: (request) => authorized(request) });
  client.use(session);
  return Object.assign(client, { signIn });
}
