import CGDAL
import Glibc
import VectorFiles

/// What this process gives up before it looks into a file.
enum Sandbox {
  /// Bounds on memory, processor time and descriptors (`PLACEREGISTRY_OGR_MEMORY_MB`, `PLACEREGISTRY_OGR_CPU_SECONDS`);
  /// no core file. With `readOnly` no byte can be written to a file either.
  static func limit(readOnly: Bool) {
    func set(_ resource: __rlimit_resource, _ value: Int, beyond: Int = 0) {
      var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value + beyond))
      setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
    set(RLIMIT_CORE, 0)
    set(RLIMIT_NOFILE, 64)
    set(RLIMIT_AS, setting("PLACEREGISTRY_OGR_MEMORY_MB", VectorLimits.standardMemoryMegabytes) << 20)
    set(RLIMIT_CPU, setting("PLACEREGISTRY_OGR_CPU_SECONDS", VectorLimits.standardCPUSeconds), beyond: 5)
    if readOnly { set(RLIMIT_FSIZE, 0) }
  }

  /// Forbids the network and other programs, and with `readOnly` all writing and the reading of files other than those
  /// that are open, the system's libraries and the tables of GDAL and PROJ.
  ///
  /// Throws ``VectorFileError`` `sandbox` where the kernel has no seccomp filters. Landlock, which keeps other files from
  /// being read, is taken where it is there: GDAL is handed open files only, so nothing should ask for others.
  static func enter(readOnly: Bool) throws {
    if readOnly {
      var folders = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom"]
      for name in ["GDAL_DATA", "PROJ_DATA", "PROJ_LIB"] {
        if let value = getenv(name) { folders += String(cString: value).split(separator: ":").map(String.init) }
      }
      let names = folders.map { strdup($0) }
      var pointers = names.map { UnsafePointer($0) }
      _ = sandbox_confine(&pointers, Int32(pointers.count))
      for name in names { free(name) }
    }
    let error = sandbox_forbid(readOnly ? 1 : 0)
    guard error == 0 else {
      throw VectorFileError(
        "sandbox",
        "The reader of GIS files can't give up network and file access (seccomp: \(String(cString: strerror(error)))), "
          + "and doesn't open files from outside without that: allow seccomp filters in the container.")
    }
  }

  /// Ends this process when its parent closes standard input, which happens at the latest when it dies. Not
  /// `PR_SET_PDEATHSIG`: that one fires already when the thread dies that started the child, and Swift's come and go.
  static func endWithParent() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var byte: UInt8 = 0
        while true {
          let count = read(STDIN_FILENO, &byte, 1)
          if count == 0 || count < 0 && errno != EINTR { _exit(1) }
        }
      }, nil)
    pthread_detach(thread)
  }

  private static func setting(_ name: String, _ standard: Int) -> Int {
    guard let text = getenv(name), let value = Int(String(cString: text)), value > 0 else { return standard }
    return value
  }
}
