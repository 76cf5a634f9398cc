# Completion of mvs in bash 3.2 and later.
_mvs() {
  local program=${COMP_WORDS[0]} piece=${COMP_WORDS[COMP_CWORD]} typed word before last i line value joins=
  local -a words
  type -P -- "$program" >/dev/null || program=@PROGRAM@
  # bash splits words at colons, equals signs and at signs. What has a space before it on the line is a word of its own.
  words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ ${#words[@]} -gt 0 && ($joins == yes || $word == [:=@]*) && ${COMP_LINE:-$last$word} == *"$last$word"* ]]; then
      words[${#words[@]} - 1]=${words[${#words[@]} - 1]}$word
    else
      words[${#words[@]}]=$word
    fi
    last=$word
    case $word in *[:=@]) joins=yes ;; *) joins= ;; esac
  done
  # A piece of such characters only; where COMP_WORDBREAKS has none, it is the whole word.
  case $piece in [:=@]*) typed=${piece##*[:=@]} ;; *) typed=$piece ;; esac
  # Quotes and backslashes as typed are no part of the name.
  typed=${typed#[\"\']}
  typed=${typed//\\/}
  word=${words[${#words[@]} - 1]}
  before=${word%"$piece"}
  [[ $piece == [:=@]* ]] && before=$word
  words[${#words[@]} - 1]=$before$typed
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      @files | @folders)
        compopt -o filenames 2>/dev/null
        i=-f
        [[ $line == @folders ]] && i=-d
        while IFS= read -r value; do COMPREPLY[${#COMPREPLY[@]}]=$value; done < <(compgen "$i" -- "$typed")
        ;;
      *)
        value=${line%%$'\t'*}
        value=${value#"$before"}
        # The shell must not execute a name, also where the user has typed a quote.
        case $piece in
          \"*)
            value=${value//\\/\\\\}
            value=${value//\"/\\\"}
            value=${value//\$/\\\$}
            value=${value//\`/\\\`}
            ;;
          \'*) value=${value//\'/\'\\\'\'} ;;
          *) printf -v value %q "$value" ;;
        esac
        COMPREPLY[${#COMPREPLY[@]}]=$value
        ;;
    esac
  done < <("$program" __complete "${words[@]}" 2>/dev/null)
}
complete -F _mvs mvs
