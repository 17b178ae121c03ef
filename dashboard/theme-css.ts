import { DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from './src/theme.ts';

const name = 'virtual:theme.css';
const resolved = '\0theme.css';
const unused = /^--mantine-color-(red|pink|grape|violet|indigo|blue|cyan|green|lime|yellow|orange|teal)-/;

/**
 * Mantine would write its theme variables into a <style> element at run time, which the page's content security policy
 * forbids. So they become an ordinary style sheet when the page is built.
 */
export function themeCss(): Plugin {
  return {
    name: 'theme-css',
    resolveId: (id) => (id === name ? resolved : undefined),
    load: (id) => (id === resolved ? { code: themeVariables(), moduleType: 'css' } : undefined),
  };
}

function themeVariables(): string {
  const { variables, light, dark } = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  return [
    `:root{${declarations(variables)}}`,
    `:root[data-mantine-color-scheme='light']{${declarations(light)}}`,
    `:root[data-mantine-color-scheme='dark']{${declarations(dark)}}`,
  ].join('\n');
}

function declarations(variables: Record<string, string>): string {
  return Object.entries(variables)
    .filter(([key]) => !unused.test(key))
    .map(([key, value]) => `${key}:${value};`)
    .join('');
}
