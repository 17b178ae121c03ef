import { PROMETHEUS_CONTENT_TYPE } from '../../warden/metrics/index.ts';
import { text } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The metrics of the service, for Prometheus. */
export const metrics: Handler = ({ services }) =>
  text(services.settings.view.metrics(), PROMETHEUS_CONTENT_TYPE);
