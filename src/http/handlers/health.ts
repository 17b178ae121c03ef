import type { HealthStatus } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

const statusCode: Record<HealthStatus, number> = { healthy: 200, degraded: 200, unknown: 200, critical: 503 };

/** The state of the service; for a caller without a name the status alone. */
export const health: Handler = ({ caller, services }) => {
  const report = services.settings.view.health();
  return json(caller === null ? { status: report.status } : report, statusCode[report.status]);
};
