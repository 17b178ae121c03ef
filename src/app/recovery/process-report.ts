/**
 * Node's own report on this process, without what must not leave it: environment, command line, addresses of the network.
 */
export function processReport(): unknown {
  const {
    environmentVariables: _environment,
    header,
    ...rest
  } = process.report.getReport() as Readonly<Record<string, unknown>>;
  const {
    commandLine: _line,
    networkInterfaces: _network,
    ...shown
  } = header as Readonly<Record<string, unknown>>;
  return { header: shown, ...rest };
}
