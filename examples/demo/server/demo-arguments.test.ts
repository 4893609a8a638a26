import { describe, expect, it } from 'vitest';
import { parseDemoArguments } from './demo-arguments.ts';

describe('parseDemoArguments', () => {
  it('needs none', () => {
    expect(parseDemoArguments([], {})).toEqual({ port: 5173, apiPort: 54_321, fresh: false, databaseUrl: undefined });
  });

  it('takes them behind the two dashes that pnpm passes along', () => {
    const args = ['--', '--port', '8080', '--api-port', '8081', '--fresh'];
    expect(parseDemoArguments(args, {})).toMatchObject({ port: 8080, apiPort: 8081, fresh: true });
  });

  it('prefers the database of the command line to that of the environment', () => {
    const environment = { DATABASE_URL: 'postgres://b' };
    expect(parseDemoArguments([], environment)).toMatchObject({ databaseUrl: 'postgres://b' });
    expect(parseDemoArguments(['--database-url', 'postgres://a'], environment)).toMatchObject({
      databaseUrl: 'postgres://a',
    });
  });

  it.each(['0', '70000', 'abc', '', '80.5', '-1'])('refuses %j as a port', (port) => {
    expect(() => parseDemoArguments([`--port=${port}`], {})).toThrow('is no port. Give a number from 1 to 65535.');
  });

  it('names an option it does not know', () => {
    expect(() => parseDemoArguments(['--prot', '1'], {})).toThrow('--prot');
  });
});
