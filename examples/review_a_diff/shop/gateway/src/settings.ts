/** Settings of the gateway, read once from the environment. */
export interface Settings {
  readonly port: number;
  readonly databaseUrl: string;
  readonly backendUrl: string;
  readonly mailUrl: string;
  readonly documents: string;
  readonly pageSize: number;
}

export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    port: Number(env.PORT ?? "8080"),
    databaseUrl: required(env, "DATABASE_URL"),
    backendUrl: required(env, "BACKEND_URL"),
    mailUrl: required(env, "MAIL_URL"),
    documents: required(env, "DOCUMENTS"),
    pageSize: Number(env.PAGE_SIZE ?? "20"),
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
}
