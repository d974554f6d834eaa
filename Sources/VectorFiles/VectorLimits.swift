import Glibc

/// What the child process may use.
public struct VectorLimits: Sendable, Hashable {
  /// Address space in megabytes when nothing else is said.
  public static let standardMemoryMegabytes = 2048
  /// Processor time in seconds when nothing else is said.
  public static let standardCPUSeconds = 3600
  /// Seconds without a line when nothing else is said.
  public static let standardIdleSeconds = 60

  /// How long the child may take to say something, in seconds, while it is waited for; then it is killed. For the
  /// first word it has a second more for each megabyte of the file.
  public var idleSeconds: Int
  /// The processor time that it may use in all, in seconds.
  public var cpuSeconds: Int
  /// Its address space in megabytes: libgdal's 114 libraries take 220 of it before anything is
  /// read, a workbook about 120 for 100,000 rows of 14 columns, other formats next to nothing.
  public var memoryMegabytes: Int

  /// Makes limits.
  public init(
    idleSeconds: Int = standardIdleSeconds, cpuSeconds: Int = standardCPUSeconds,
    memoryMegabytes: Int = standardMemoryMegabytes
  ) {
    self.idleSeconds = idleSeconds
    self.cpuSeconds = cpuSeconds
    self.memoryMegabytes = memoryMegabytes
  }

  /// The environment's `PLACEREGISTRY_OGR_IDLE_SECONDS`, `PLACEREGISTRY_OGR_CPU_SECONDS` and
  /// `PLACEREGISTRY_OGR_MEMORY_MB`; the standard where one is absent or no positive number.
  public static var environment: VectorLimits {
    func setting(_ name: String, _ standard: Int) -> Int {
      guard let text = getenv(name), let value = Int(String(cString: text)), value > 0 else { return standard }
      return value
    }
    return VectorLimits(
      idleSeconds: setting("PLACEREGISTRY_OGR_IDLE_SECONDS", standardIdleSeconds),
      cpuSeconds: setting("PLACEREGISTRY_OGR_CPU_SECONDS", standardCPUSeconds),
      memoryMegabytes: setting("PLACEREGISTRY_OGR_MEMORY_MB", standardMemoryMegabytes))
  }
}
