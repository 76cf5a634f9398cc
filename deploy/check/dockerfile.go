package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type stage struct {
	Name         string
	Base         string
	Instructions []instruction
}

type instruction struct {
	Name string
	Text string
	// For COPY: the sources, and their stage; empty for the build context.
	Sources []string `json:",omitempty"`
	From    string   `json:",omitempty"`
	// For RUN, CMD and ENTRYPOINT: the words, or one string for the shell.
	Words []string `json:",omitempty"`
}

// dockerfile prints the stages as JSON. A warning of BuildKit's linter is an error.
func dockerfile(file string) error {
	text, err := os.Open(file)
	if err != nil {
		return err
	}
	defer text.Close()
	parsed, err := parser.Parse(text)
	if err != nil {
		return err
	}
	var warnings []error
	for _, warning := range parsed.Warnings {
		warnings = append(warnings, errors.New(warning.Short))
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, message string, where []parser.Range) {
		warnings = append(warnings, fmt.Errorf("%s:%d: %s: %s", file, where[0].Start.Line, rule, message))
	}})
	found, _, err := instructions.Parse(parsed.AST, lint)
	if err != nil {
		return err
	}
	if len(warnings) > 0 {
		return errors.Join(warnings...)
	}
	stages := make([]stage, 0, len(found))
	for _, each := range found {
		stages = append(stages, stage{each.Name, each.BaseName, describe(each.Commands)})
	}
	return json.NewEncoder(os.Stdout).Encode(stages)
}

func describe(commands []instructions.Command) []instruction {
	var said []instruction
	for _, command := range commands {
		one := instruction{Name: command.Name(), Text: fmt.Sprint(command)}
		switch typed := command.(type) {
		case *instructions.CopyCommand:
			one.Sources, one.From = typed.SourcePaths, typed.From
		case *instructions.RunCommand:
			one.Words = typed.CmdLine
		case *instructions.CmdCommand:
			one.Words = typed.CmdLine
		case *instructions.EntrypointCommand:
			one.Words = typed.CmdLine
		case *instructions.UserCommand:
			one.Words = []string{typed.User}
		case *instructions.WorkdirCommand:
			one.Words = []string{typed.Path}
		case *instructions.StopSignalCommand:
			one.Words = []string{typed.Signal}
		case *instructions.HealthCheckCommand:
			one.Words = typed.Health.Test
		}
		said = append(said, one)
	}
	return said
}

// copyContext copies the files of the build context.
func copyContext(ignoreFile, from, to string) error {
	text, err := os.Open(ignoreFile)
	if err != nil {
		return err
	}
	defer text.Close()
	patterns, err := ignorefile.ReadAll(text)
	if err != nil {
		return err
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() && (name == ".git" || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		out, err := ignored.MatchesOrParentMatches(filepath.ToSlash(name))
		if err != nil || out || entry.IsDir() {
			return err
		}
		return copyFile(path, filepath.Join(to, name))
	})
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}
