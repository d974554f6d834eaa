/// Why a GIS file could not be read or written.
public struct VectorFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A stable code such as `several-layers`.
  public let code: String
  /// What is wrong and how to mend it.
  public let detail: String
  /// The flag of `placeregistry import` that settles it, such as `--layer`.
  public let flag: String?

  /// Makes an error.
  public init(_ code: String, _ detail: String, flag: String? = nil) {
    self.code = code
    self.detail = detail
    self.flag = flag
  }

  /// The detail.
  public var description: String { detail }
}
