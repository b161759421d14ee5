// Package settings is what dorc itself is told: by flags, environment
// variables and .env. It reads and checks them once and says where each value
// came from. What a stack is told (Pulumi.<stack>.yaml) is in package config.
package settings
