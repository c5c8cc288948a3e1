import type { Connected } from "../context.ts";
import { CliError, isInterrupt, mayHaveSucceeded } from "../errors.ts";
import { forProfile } from "../model/command-line.ts";
import type { ChangeStatus } from "../model/event.ts";
import type { Printer } from "../output/printer.ts";
import { type DeploySilence, endDeploySilence, silenceDeploy } from "./deploy.ts";

/**
 * Begins the silence of a deploy at its start, and ends it at its end. The deploy is recorded by then: trouble is returned as the
 * failure of a part.
 */
export async function followDeploy(
  connected: Connected,
  printer: Printer,
  { status, ...deploy }: DeploySilence & { status: ChangeStatus },
): Promise<CliError | undefined> {
  try {
    if (status === "started") {
      const { service, until, id } = await silenceDeploy(connected, deploy);
      await printer.notice(
        `silenced ${service?.name ?? "the service"} until ${until}; to end it: ${forProfile(`onduty silences remove ${id}`, connected.connection.profile)}`,
      );
    } else {
      const { count, unknown } = await endDeploySilence(connected, deploy);
      if (count === 0 && unknown !== undefined) throw new CliError("partial", unknown);
      await printer.notice(
        count === 0 ? "the silence of this deploy has ended already" : "ended the silence of this deploy",
      );
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const done = status === "started" ? "the service was silenced" : "its silence was ended";
    const not = status === "started" ? "the service was not silenced" : "its silence was not ended";
    const isOpen = mayHaveSucceeded(error) || error.kind === "partial" || error.reason === "mayHaveHappened";
    const what = isOpen ? `it is not known whether ${done}` : not;
    const look = forProfile("onduty silences list", connected.connection.profile);
    if (isInterrupt(error)) throw isOpen ? error.reworded(`the deploy is recorded, but ${what}; look: ${look}`) : error;
    return new CliError("partial", `the deploy is recorded, but ${what}: ${error.message}`, {
      hint: isOpen ? look : (error.hint ?? look),
      cause: error,
    });
  }
}
