#compdef mvs
# Completion of mvs in zsh.
_mvs() {
  local program=${(Q)words[1]} line value
  local -a typed values shown
  (( $+commands[$program] )) || [[ -x $program ]] || program=@PROGRAM@
  typed=("${(@Q)words[2,CURRENT]}")
  for line in "${(@f)$("$program" __complete "${typed[@]}" 2>/dev/null)}"; do
    case $line in
      @files | @folders)
        [[ $typed[-1] == --*=* ]] && compset -P '--[^=]#='
        if [[ $line == @files ]]; then _files; else _files -/; fi
        ;;
      ?*)
        value=${line%%$'\t'*}
        values+=("$value")
        if [[ $line == *$'\t'?* ]]; then shown+=("$value  -- ${line#*$'\t'}"); else shown+=("$value"); fi
        ;;
    esac
  done
  (( $#values )) && compadd -l -d shown -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _mvs "$@"; else compdef _mvs mvs; fi
