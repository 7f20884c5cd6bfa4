// Verifies what agentbox exports, with nothing of agentbox in it: golang.org/x/mod/sumdb/note and tlog only.
//
//	verifier KEY log DIR       a log in the form of C2SP tlog-tiles, every byte of it
//	verifier KEY proof FILE    a proof of one entry (C2SP tlog-proof), or of consistency
//	verifier KEY flips DIR N   whether it refuses the log when any single byte is another, for every N-th byte
//	verifier KEY flips FILE 1  the same of a proof
//
// It ends with status 0 and prints `ok …` if all of it is what the key signed, and with status 1 otherwise.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: verifier KEY log DIR | verifier KEY proof FILE | verifier KEY flips PATH N")
		os.Exit(2)
	}
	said, err := run(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("ok", said)
}

func run(text, kind, place string) (string, error) {
	key, err := note.NewVerifier(text)
	if err != nil {
		return "", err
	}
	files, err := load(place)
	if err != nil {
		return "", err
	}
	switch kind {
	case "log":
		return verifyLog(files, key)
	case "proof":
		return verifyProof(files[""], key)
	case "flips":
		step, err := strconv.Atoi(os.Args[4])
		if err != nil || step < 1 {
			return "", errors.New("no step")
		}
		return flips(files, key, step)
	}
	return "", errors.New("unknown kind " + kind)
}

// load reads all files of a log by their names, or one file as "".
func load(place string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(place, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(place, file)
		if err != nil {
			return err
		}
		if name == "." {
			name = ""
		}
		files[name], err = os.ReadFile(file)
		return err
	})
	return files, err
}

// flips changes one bit of one byte after another, of the first and last bytes of each file in any case.
func flips(files map[string][]byte, key note.Verifier, step int) (string, error) {
	verify := func() error {
		var err error
		if proof, ok := files[""]; ok {
			_, err = verifyProof(proof, key)
		} else {
			_, err = verifyLog(files, key)
		}
		return err
	}
	if err := verify(); err != nil {
		return "", fmt.Errorf("not even without a change: %v", err)
	}
	count := 0
	for name, content := range files {
		for i := range content {
			if i%step != 0 && i > 64 && i < len(content)-64 {
				continue
			}
			for bit := 0; bit < 8; bit++ {
				if step > 1 && bit != i/step%8 {
					continue
				}
				content[i] ^= 1 << bit
				if verify() == nil {
					return "", fmt.Errorf("accepted %q with bit %d of byte %d flipped", name, bit, i)
				}
				content[i] ^= 1 << bit
				count++
			}
		}
	}
	return fmt.Sprintf("flips %d", count), nil
}

// openCheckpoint reads a note that the key signed as the log of its own name, in the one way that it can be written.
func openCheckpoint(msg []byte, key note.Verifier) (tlog.Tree, error) {
	n, err := note.Open(msg, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return tlog.Tree{}, errors.New("not exactly one signature")
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return tlog.Tree{}, err
	}
	again := n.Text + "\n— " + key.Name() + " " + base64.StdEncoding.EncodeToString(signature) + "\n"
	if again != string(msg) {
		return tlog.Tree{}, errors.New("the note could be written otherwise")
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of the key's log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("no size")
	}
	root, err := parseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	bytes, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(bytes) != tlog.HashSize {
		return hash, errors.New("no hash: " + text)
	}
	copy(hash[:], bytes)
	return hash, nil
}

// hashes is a tlog.HashReader over the stored hashes of a whole tree.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(h)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		out[i] = h[index]
	}
	return out, nil
}

func number(n int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	return text
}

func tileName(kind string, n int64, width int) string {
	name := "tile/" + kind + "/" + number(n)
	if width != 1<<height {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
}

func verifyLog(files map[string][]byte, key note.Verifier) (string, error) {
	tree, err := openCheckpoint(files["checkpoint"], key)
	if err != nil {
		return "", err
	}
	known := map[string]bool{"checkpoint": true}
	var stored hashes
	lastBundle := ""
	for index := int64(0); index < tree.N; {
		width := int64(1 << height)
		if tree.N-index < width {
			width = tree.N - index
		}
		name := tileName("entries", index>>height, int(width))
		known[name] = true
		lastBundle = name
		bundle := files[name]
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return "", errors.New(name + " is too short")
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			more, err := tlog.StoredHashes(index, bundle[2:end], stored)
			if err != nil {
				return "", err
			}
			stored = append(stored, more...)
			bundle = bundle[end:]
			index++
		}
		if len(bundle) != 0 {
			return "", errors.New(name + " is too long")
		}
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", errors.New("the entries are not those that the checkpoint signs")
	}
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		name := tileName(strconv.Itoa(tile.L), tile.N, tile.W)
		have, ok := files[name]
		// Of the last tile of a level there may be narrower ones, from when the log was shorter.
		last := (tree.N >> (height * tile.L)) - tile.N<<height
		if !ok && int64(tile.W) < last && tile.W < 1<<height {
			continue
		}
		known[name] = true
		want, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(want, have) {
			return "", errors.New(name + " does not hold the hashes of the entries")
		}
	}
	for name, content := range files {
		// The same of the last bundle of entries.
		if whole := files[lastBundle]; strings.HasPrefix(name, path.Dir(lastBundle)+"/") && bytes.HasPrefix(whole, content) {
			known[name] = true
		}
		if !known[name] {
			return "", errors.New(name + " belongs to no tree of this size")
		}
	}
	return fmt.Sprintf("log %d %s", tree.N, tree.Hash), nil
}

func verifyProof(msg []byte, key note.Verifier) (string, error) {
	border := bytes.Index(msg, []byte("\n\n"))
	if border < 0 {
		return "", errors.New("no checkpoint")
	}
	tree, err := openCheckpoint(msg[border+2:], key)
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(msg[:border]), "\n")
	var proof []tlog.Hash
	add := func(lines []string) error {
		for _, line := range lines {
			hash, err := parseHash(line)
			if err != nil {
				return err
			}
			proof = append(proof, hash)
		}
		return nil
	}
	switch lines[0] {
	case "c2sp.org/tlog-proof@v1":
		if len(lines) < 3 || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
			return "", errors.New("no entry or no index")
		}
		entry, err := base64.StdEncoding.Strict().DecodeString(lines[1][len("extra "):])
		if err != nil {
			return "", err
		}
		index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
		if err != nil || strconv.FormatInt(index, 10) != lines[2][len("index "):] {
			return "", errors.New("no index")
		}
		if err := add(lines[3:]); err != nil {
			return "", err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
			return "", err
		}
		return fmt.Sprintf("entry %d of %d", index, tree.N), nil
	case "agentbox.dev/consistency-proof@v1":
		if len(lines) < 2 {
			return "", errors.New("no older size")
		}
		words := strings.Split(lines[1], " ")
		if len(words) != 3 || words[0] != "old" {
			return "", errors.New("no older size")
		}
		size, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil || strconv.FormatInt(size, 10) != words[1] {
			return "", errors.New("no older size")
		}
		root, err := parseHash(words[2])
		if err != nil {
			return "", err
		}
		if err := add(lines[2:]); err != nil {
			return "", err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return "", err
		}
		return fmt.Sprintf("tree %d continues %d", tree.N, size), nil
	}
	return "", errors.New("no proof: " + lines[0])
}
