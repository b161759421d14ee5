package expression

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
)

// encodings are the functions of modules base64, json and hash.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var encodings = []Function{
	define("base64.encode(data, padding?)", func(a arguments) (any, error) {
		b, err := a.bytes(0, "data")
		return base64Of(a).EncodeToString(b), err
	}),
	define("base64.decode(data, padding?)", func(a arguments) (any, error) {
		s, err := a.text(0, "data")
		if err != nil {
			return nil, err
		}
		b, err := base64Of(a).DecodeString(s)
		if err != nil {
			return nil, Faultf(ValueError, "the string is not base64")
		}
		return b, nil
	}),
	define("json.decode(data)", func(a arguments) (any, error) {
		data, ok := a[0].([]byte)
		if s, isText := a[0].(string); isText {
			data, ok = []byte(s), true
		}
		if !ok {
			return nil, Faultf(TypeError, "data must be bytes or a string, not %s", TypeOf(a[0]))
		}
		v, err := DecodeJSON(data)
		if err != nil {
			return nil, Faultf(ValueError, "the data is not JSON: %v", err)
		}
		return v, nil
	}),
	define("json.encode(data, indent?)", func(a arguments) (any, error) { return encode(a) }),
	define("json.encode_to_string(data, indent?)", func(a arguments) (any, error) {
		b, err := encode(a)
		return string(b), err
	}),
	define("hash.compute_checksum(data, algorithm)", func(a arguments) (any, error) {
		data, err := a.bytes(0, "data")
		if err != nil {
			return nil, err
		}
		make, err := algorithm(a[1])
		if err != nil {
			return nil, err
		}
		return sum(make(), data), nil
	}),
	define("hash.compute_hmac(key, data, algorithm)", func(a arguments) (any, error) {
		key, err := a.bytes(0, "key")
		if err != nil {
			return nil, err
		}
		data, err := a.bytes(1, "data")
		if err != nil {
			return nil, err
		}
		make, err := algorithm(a[2])
		if err != nil {
			return nil, err
		}
		return sum(hmac.New(make, key), data), nil
	}),
}

func base64Of(a arguments) *base64.Encoding {
	if a[1] == false {
		return base64.RawStdEncoding
	}
	return base64.StdEncoding
}

func sum(h hash.Hash, data []byte) []byte {
	h.Write(data)
	return h.Sum(nil)
}

func algorithm(name any) (func() hash.Hash, error) {
	switch name {
	case "MD5":
		return md5.New, nil
	case "SHA1":
		return sha1.New, nil
	case "SHA256":
		return sha256.New, nil
	case "SHA384":
		return sha512.New384, nil
	case "SHA512":
		return sha512.New, nil
	}
	return nil, Faultf(ValueError, "algorithm is one of MD5, SHA1, SHA256, SHA384, SHA512")
}

// encode writes JSON, indented when indent is true or a map with prefix and
// indent.
// https://cloud.google.com/workflows/docs/reference/stdlib/json/encode
func encode(a arguments) ([]byte, error) {
	b, err := EncodeJSON(a[0])
	if err != nil {
		return nil, err
	}
	options := map[string]any{}
	switch indent := a[1].(type) {
	case nil:
		return b, nil
	case bool:
		if !indent {
			return b, nil
		}
	case map[string]any:
		options = indent
	default:
		return nil, Faultf(TypeError, "indent is a boolean or a map, not %s", TypeOf(indent))
	}
	prefix, _ := options["prefix"].(string)
	by, given := options["indent"].(string)
	if !given {
		by = "    "
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, prefix, by); err != nil {
		return nil, Faultf(ValueError, "the value cannot be indented: %v", err)
	}
	return out.Bytes(), nil
}
