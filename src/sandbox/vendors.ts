import { flashduty } from "./flashduty/vendor.ts";
import { flotiq } from "./flotiq/vendor.ts";
import { opsknight } from "./opsknight/vendor.ts";
import { pagerduty } from "./pagerduty/vendor.ts";

/** Every vendor of the sandbox. */
export const sandboxVendors = [opsknight, flashduty, flotiq, pagerduty] as const;

export type SandboxVendorName = (typeof sandboxVendors)[number]["name"];
