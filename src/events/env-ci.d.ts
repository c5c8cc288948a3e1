declare module "env-ci" {
  /** Detects the CI service and reads its variables; fields differ from service to service. */
  export default function envCi(options: { env: Record<string, string | undefined>; cwd?: string }): object;
}
