import { readFileSync, rmSync } from 'node:fs';
import { before as describeProperties } from '@nestjs/swagger/plugin';
import ts from 'typescript';

const FORMAT: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => process.cwd(),
  getCanonicalFileName: (path) => path,
  getNewLine: () => ts.sys.newLine,
};

/** Compiles what changed since the last time. Returns whether it found no error; it prints the ones it finds. */
export function compile(configPath: string): boolean {
  const { options, fileNames, errors } = parse(configPath);
  const program = ts.createIncrementalProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors });
  // Diagnostics come before the output: only then does the build info keep them, and the next compilation skips them.
  const faults = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ];
  let isWriting = false;
  const write: ts.WriteFileCallback = (path, text) => {
    // A compilation that is cut off leaves no build info, so that the next one writes every file anew.
    if (!isWriting && options.tsBuildInfoFile) rmSync(options.tsBuildInfoFile, { force: true });
    isWriting = true;
    ts.sys.writeFile(path, text);
  };
  faults.push(...program.emit(undefined, write, undefined, false, transformers(program.getProgram())).diagnostics);
  if (faults.length > 0) console.error(ts.formatDiagnosticsWithColorAndContext(faults, FORMAT));
  return faults.length === 0;
}

/**
 * Compiles now and after each saved change, until the process ends.
 * @param onCompiled takes the outputs that were written, and whether there was no error
 */
export function watch(configPath: string, onCompiled: (changed: string[], isSound: boolean) => void): void {
  let faults = 0;
  let changed: string[] = [];
  const report = (fault: ts.Diagnostic) => {
    faults++;
    console.error(ts.formatDiagnosticsWithColorAndContext([fault], FORMAT));
  };
  const createProgram: ts.CreateProgram<ts.EmitAndSemanticDiagnosticsBuilderProgram> = (...args) => {
    faults = 0;
    changed = [];
    const program = ts.createEmitAndSemanticDiagnosticsBuilderProgram(...args);
    const emit = program.emit.bind(program);
    program.emit = (file, write, token, declarationsOnly) =>
      emit(file, recorded(write), token, declarationsOnly, transformers(program.getProgram()));
    return program;
  };
  const recorded =
    (write: ts.WriteFileCallback = (path, text) => ts.sys.writeFile(path, text)): ts.WriteFileCallback =>
    (path, ...rest) => {
      if (path.endsWith('.js')) changed.push(path);
      write(path, ...rest);
    };
  const host = ts.createWatchCompilerHost(configPath, undefined, ts.sys, createProgram, report, () => {});
  const afterProgramCreate = host.afterProgramCreate?.bind(host);
  host.afterProgramCreate = (program) => {
    afterProgramCreate?.(program);
    onCompiled(changed, faults === 0);
  };
  ts.createWatchProgram(host);
}

function parse(configPath: string): ts.ParsedCommandLine {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: refuse };
  return ts.getParsedCommandLineOfConfigFile(configPath, {}, host) ?? refuse();
}

function refuse(fault?: ts.Diagnostic): never {
  throw new Error(fault ? ts.formatDiagnostic(fault, FORMAT) : 'The configuration of the compiler cannot be read.');
}

interface NestCliConfig {
  compilerOptions: { plugins: { name: string; options: Record<string, unknown> }[] };
}

/** The swagger plugin takes the API's description from types and comments; nest-cli.json says of which files. */
function transformers(program: ts.Program): ts.CustomTransformers {
  const { compilerOptions } = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as NestCliConfig;
  const plugin = compilerOptions.plugins.find(({ name }) => name === '@nestjs/swagger');
  return { before: [describeProperties(plugin?.options ?? {}, program)] };
}
