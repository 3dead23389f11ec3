// HCL's own parser and formatter, as a peer to be measured beside and an oracle to be asked.
//
//	hcl_peer parse FILE ROUNDS    seconds of each round of hclsyntax.ParseConfig, one a line
//	hcl_peer format FILE ROUNDS   the same for hclwrite.Format
//	hcl_peer fmt                  standard input, formatted, to standard output
//	hcl_peer batch                many texts: each comes as a length (32 bits, little-endian) and
//	                              its bytes; for each goes out a byte that is 1 when the parser
//	                              accepts it, and the formatted text with its length before it
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

func accepts(text []byte) bool {
	_, diagnostics := hclsyntax.ParseConfig(text, "peer.hcl", hcl.InitialPos)
	return !diagnostics.HasErrors()
}

func measure(file string, rounds string, work func([]byte)) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(rounds)
	if err != nil {
		return err
	}
	if !accepts(text) {
		return fmt.Errorf("%s: HCL does not accept it", file)
	}
	for i := 0; i < count; i++ {
		begin := time.Now()
		work(text)
		fmt.Printf("%.9f\n", time.Since(begin).Seconds())
	}
	return nil
}

func formatOne(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	_, err = out.Write(hclwrite.Format(text))
	return err
}

func formatMany(stdin io.Reader, stdout io.Writer) error {
	in := bufio.NewReaderSize(stdin, 1<<16)
	out := bufio.NewWriterSize(stdout, 1<<16)
	var length [4]byte
	for {
		if _, err := io.ReadFull(in, length[:]); err == io.EOF {
			return out.Flush()
		} else if err != nil {
			return err
		}
		text := make([]byte, binary.LittleEndian.Uint32(length[:]))
		if _, err := io.ReadFull(in, text); err != nil {
			return err
		}
		verdict := byte(0)
		if accepts(text) {
			verdict = 1
		}
		formatted := hclwrite.Format(text)
		binary.LittleEndian.PutUint32(length[:], uint32(len(formatted)))
		out.WriteByte(verdict)
		out.Write(length[:])
		out.Write(formatted) // an error is kept by the writer, for Flush
	}
}

func run(arguments []string) error {
	command := ""
	if len(arguments) > 0 {
		command = arguments[0]
	}
	switch {
	case command == "parse" && len(arguments) == 3:
		return measure(arguments[1], arguments[2], func(text []byte) { accepts(text) })
	case command == "format" && len(arguments) == 3:
		return measure(arguments[1], arguments[2], func(text []byte) { hclwrite.Format(text) })
	case command == "fmt" && len(arguments) == 1:
		return formatOne(os.Stdin, os.Stdout)
	case command == "batch" && len(arguments) == 1:
		return formatMany(os.Stdin, os.Stdout)
	}
	return fmt.Errorf("usage: hcl_peer parse|format FILE ROUNDS, or fmt, or batch")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "hcl_peer:", err)
		os.Exit(1)
	}
}
