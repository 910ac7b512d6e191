/**
 * What a shell runs at the Tab key. The words come from `sluice --get-yargs-completions`; past the command, what is
 * neither an option nor the value of one is a file, which the shell completes itself.
 */
export const COMPLETION_SCRIPTS = {
  bash: `# sluice completion for bash: source it, or put it into bash-completion's folder as \`sluice\`
_sluice() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  words=$(SHELL=bash sluice --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  [[ $COMP_CWORD -gt 1 && $word != -* ]] && words=$(grep -v '^-' <<<"$words")
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _sluice sluice
`,
  zsh: `#compdef sluice
# sluice completion for zsh: source it after compinit, or put it into a folder of $fpath as \`_sluice\`
_sluice() {
  local -a found
  found=(\${(f)"$(SHELL=zsh sluice --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)"})
  if (( CURRENT > 2 )) && [[ $PREFIX != -* ]]; then found=(\${found:#-*}); fi
  if (( \${#found} )); then _describe sluice found; else _files; fi
}
compdef _sluice sluice
`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;
