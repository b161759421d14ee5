package cloud

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// sealedKey marks a sealed value: {"$sealed": "<base64 of nonce and AES-256-GCM
// text>"}. The type, ID and pointer are authenticated with it, so that a sealed
// value cannot be moved to where it would be shown.
const sealedKey = "$sealed"

// keyring reads the key file once, and makes it when the first secret is sealed.
type keyring struct {
	path string
	once sync.Once
	aead cipher.AEAD
	err  error
}

// load returns the cipher. When create is false, a missing key is an error.
func (k *keyring) load(s *Store, create bool) (cipher.AEAD, error) {
	if !create {
		if _, err := os.Stat(k.path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("its secrets were sealed with %s, which is gone", k.path)
		}
	}
	k.once.Do(func() {
		var raw []byte
		if raw, k.err = readOrMakeKey(s, k.path); k.err != nil {
			return
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			k.err = fmt.Errorf("%s is not a key: %w", k.path, err)
			return
		}
		k.aead, k.err = cipher.NewGCM(block)
	})
	return k.aead, k.err
}

// readOrMakeKey returns the 32 bytes of the key file. Of two processes that make
// it at once, both use the one that was linked first.
func readOrMakeKey(s *Store, path string) ([]byte, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the store's key
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return raw, err
	}
	raw = make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	staged, err := s.stage(raw)
	if err != nil {
		return nil, err
	}
	err = os.Link(staged, path)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err := errors.Join(err, os.Remove(staged), syncFolder(filepath.Dir(path))); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // the store's key
}

// seal returns a copy of the document whose secrets are sealed.
func (s *Store) seal(doc *Document) (Document, error) {
	aead, err := s.key.load(s, true)
	if err != nil {
		return Document{}, err
	}
	sealed := *doc
	sealed.Inputs, sealed.Outputs = clone(doc.Inputs), clone(doc.Outputs)
	for _, pointer := range doc.Secrets {
		err := sealed.replace(pointer, func(v any) (any, error) {
			plain, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			nonce := make([]byte, aead.NonceSize())
			if _, err := rand.Read(nonce); err != nil {
				return nil, err
			}
			text := aead.Seal(nonce, nonce, plain, doc.bound(pointer))
			return map[string]any{sealedKey: base64.StdEncoding.EncodeToString(text)}, nil
		})
		if err != nil {
			return Document{}, err
		}
	}
	return sealed, nil
}

// unseal opens the document's secrets in place.
func (s *Store) unseal(doc *Document) error {
	aead, err := s.key.load(s, false)
	if err != nil {
		return err
	}
	for _, pointer := range doc.Secrets {
		err := doc.replace(pointer, func(v any) (any, error) {
			m, _ := v.(map[string]any)
			encoded, ok := m[sealedKey].(string)
			if !ok {
				return nil, fmt.Errorf("%s is listed as secret and is not sealed", pointer)
			}
			text, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil || len(text) < aead.NonceSize() {
				return nil, fmt.Errorf("the secret at %s is damaged", pointer)
			}
			plain, err := aead.Open(nil, text[:aead.NonceSize()], text[aead.NonceSize():], doc.bound(pointer))
			if err != nil {
				return nil, fmt.Errorf("the secret at %s is damaged or was sealed with another key than %s", pointer, s.key.path)
			}
			var opened any
			err = json.Unmarshal(plain, &opened)
			return opened, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bound is what a sealed value is tied to.
func (d *Document) bound(pointer string) []byte {
	return []byte(d.Type + "\x00" + d.ID + "\x00" + pointer)
}
