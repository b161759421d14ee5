// Package python makes the Python packages of a function's image: it resolves
// what requirement files ask for, for the image's Python and platform, and lays
// the wheels out as they lie in the image. The result is kept in a cache folder.
//
// Resolving and downloading is the work of uv, or of pip when there is no usable
// uv; both know indexes, credentials and hashes better than this package would.
// The wheels they choose are installed here, by the wheel format's rules
// (https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
// So uv and pip give the same bytes for the same wheels, no code of a package
// runs on this machine, and nothing of this machine gets into the image:
//
//   - pip downloads wheels; they are read as the archives they are. pip runs
//     under a small driver, because it would otherwise take environment markers
//     from the Python that it runs under.
//   - uv has no download command. It installs into a folder of its own with
//     symbolic links into its cache, and the links lead to the unpacked wheels.
//
// Requirement files are read here first, so that an error has a file and a line,
// and so that nothing but checked requirements reaches the tools. Index settings
// reach them through the environment only, never as arguments.
//
// A few releases without a wheel, which others cannot do without, are known by
// their hash: their files are copied into a wheel, and none of their code runs. It
// builds no other source distributions, makes no layers or images, and knows no
// base images: what the image's Python is like, the caller says.
package python
