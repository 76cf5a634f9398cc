# Completion of mvs in fish.
function __mvs_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l program $words[1]
    type -q -- $program; or set program @PROGRAM@
    set -l typed (commandline --current-token --cut-at-cursor)
    for line in ($program __complete $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case @files @folders
                set -l flag (string match --regex -- '^--[^=]*=' "$typed")
                set -l part (string replace --regex -- '^--[^=]*=' '' "$typed")
                for path in (complete --do-complete "'' $part")
                    string match --quiet -- @folders $line; and not string match --quiet --regex -- '/(\t|$)' $path; and continue
                    echo "$flag"$path
                end
            case '*'
                echo $line
        end
    end
end
complete --command mvs --no-files --arguments '(__mvs_complete)'
