package state

import (
	"crypto/sha256"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
)

// derivedKeys are the keys that a process has derived. Deriving one takes about
// 0.2 s, and the stacks of an environment have one passphrase: a stack that needs
// its first salt takes one that is in use, and so they share a key. The salt keeps
// one passphrase from giving one key everywhere in the world; between stacks of
// one passphrase it hides nothing.
type derivedKeys struct {
	mu sync.Mutex
	// known are keys by passphrase (its hash) and salt, latest the salt that was used last.
	known  map[[sha256.Size]byte]map[string]*derivedKey
	latest map[[sha256.Size]byte]string
}

// derivedKey is derived once, while others wait for it.
type derivedKey struct {
	once    sync.Once
	manager secrets.Manager
	err     error
}

// keys are those of this process.
var keys = &derivedKeys{known: map[[sha256.Size]byte]map[string]*derivedKey{}, latest: map[[sha256.Size]byte]string{}}

// of returns the key of a passphrase with a salt.
func (k *derivedKeys) of(phrase, salt string) (secrets.Manager, error) {
	id := sha256.Sum256([]byte(phrase))
	key := k.at(id, salt)
	key.once.Do(func() { key.manager, key.err = passphrase.GetPassphraseSecretsManager(phrase, salt) })
	if key.err == nil {
		k.mu.Lock()
		k.latest[id] = salt
		k.mu.Unlock()
	}
	return key.manager, key.err
}

// any returns a key of a passphrase with its salt: one that is in use, or a new one.
func (k *derivedKeys) any(phrase string) (salt string, _ secrets.Manager, err error) {
	id := sha256.Sum256([]byte(phrase))
	k.mu.Lock()
	defer k.mu.Unlock() // also while a new one is derived: who comes then wants that one
	if salt, ok := k.latest[id]; ok {
		return salt, k.known[id][salt].manager, nil
	}
	salt, manager, err := passphrase.NewPassphraseSecretsManager(phrase)
	if err != nil {
		return "", nil, err
	}
	key := &derivedKey{manager: manager}
	key.once.Do(func() {})
	if k.known[id] == nil {
		k.known[id] = map[string]*derivedKey{}
	}
	k.known[id][salt], k.latest[id] = key, salt
	return salt, manager, nil
}

func (k *derivedKeys) at(id [sha256.Size]byte, salt string) *derivedKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[id] == nil {
		k.known[id] = map[string]*derivedKey{}
	}
	if k.known[id][salt] == nil {
		k.known[id][salt] = &derivedKey{}
	}
	return k.known[id][salt]
}
