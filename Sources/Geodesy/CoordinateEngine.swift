import CProj
import Glibc
import Synchronization

/// The only door to PROJ: tells systems apart and carries positions from one to another.
///
/// Safe to call from any thread and task. Inside is a pool of PROJ contexts; each call has one to itself, and as many
/// are made as calls ever run at once. Contexts and transformers are dear (5 to 100 ms each) and kept; see `warm`.
/// Calls do not suspend: they compute for microseconds, and for milliseconds at the first use of a pair of systems.
public final class CoordinateEngine: Sendable {
  private let searchPath: [String]
  private let idle = Mutex<[Session]>([])
  private let known = Mutex<[Int: CRS]>([:])
  private let maximumIdle = max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Whether the National Land Survey's triangulation of KKJ is found and used, so that old Finnish coordinates are
  /// exact to millimetres instead of a metre or two.
  public let triangulationInUse: Bool

  /// PROJ's version, as in "9.1.1".
  public let version: String

  /// - Parameter gridDirectory: a folder that is put first on PROJ's search path, before its usual folders; the one that
  ///   holds `fi_nls_ykj_etrs35fin.json`. Nothing is fetched from the network, ever.
  public init(gridDirectory: String?) {
    let information = proj_info()
    version = Session.text(information.version) ?? "unknown"
    searchPath = gridDirectory.map { [$0] + CoordinateEngine.usualFolders(information) } ?? []
    triangulationInUse = (try? Session(searchPath: searchPath).triangulationLeg()) != nil
  }

  /// The system of an EPSG code.
  ///
  /// - Throws: `unknownCRS`, or `unsupportedCRS` for systems that are not two-dimensional and horizontal.
  public func crs(_ srid: Int) throws(GeodesyError) -> CRS {
    if let crs = known.withLock({ $0[srid] }) { return crs }
    let crs = try withSession { session throws(GeodesyError) in try session.crs(srid) }
    known.withLock { $0[srid] = crs }
    return crs
  }

  /// Carries one position from one system to another, x first on both sides, and tells by which operation.
  ///
  /// Refused are numbers that are not finite, positions more than 3 degrees beyond the area of use of a system that is
  /// not Finnish, and positions that do not come back to within a millimetre.
  ///
  /// - Throws: `unknownCRS`, `unsupportedCRS`, `notFinite`, `outsideAreaOfUse`, `roundTrip` or `failed`.
  public func transform(_ c: Coordinate, from: Int, to: Int) throws(GeodesyError) -> Transformed {
    try withTransformer(from: from, to: to) { transformer throws(GeodesyError) in try transformer.transform(c) }
  }

  /// Lends a transformer for many positions. What the closure throws comes out as it is; the closure must not wait for
  /// anything, and may use the engine itself.
  ///
  /// - Throws: `unknownCRS`, `unsupportedCRS` or `failed`, or what the closure throws.
  public func withTransformer<Result>(
    from: Int, to: Int, _ body: (borrowing Transformer) throws(GeodesyError) -> Result
  ) throws(GeodesyError) -> Result {
    let source = try crs(from)
    let target = from == to ? source : try crs(to)
    return try withSession { session throws(GeodesyError) in
      try body(Transformer(route: try session.route(from: source, to: target)))
    }
  }

  /// Makes transformers ahead, so that the first requests need not wait for them: one for each pair, in as many
  /// contexts as the machine has processors. Pairs that cannot be made are passed over.
  public func warm(_ pairs: [(Int, Int)]) {
    let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    var taken: [Session] = []
    for _ in 0..<count {
      guard let session = try? take() else { break }
      for (from, to) in pairs {
        guard let source = try? crs(from), let target = try? crs(to) else { continue }
        _ = try? session.route(from: source, to: target)
      }
      taken.append(session)
    }
    for session in taken { giveBack(session) }
  }

  // MARK: - The pool

  func withSession<Result>(_ body: (Session) throws(GeodesyError) -> Result) throws(GeodesyError) -> Result {
    let session = try take()
    defer { giveBack(session) }
    return try body(session)
  }

  private func take() throws(GeodesyError) -> Session {
    if let session = idle.withLock({ $0.popLast() }) { return session }
    return try Session(searchPath: searchPath)
  }

  private func giveBack(_ session: Session) {
    idle.withLock { if $0.count < maximumIdle { $0.append(session) } }
  }

  /// PROJ's own search path: the user's folder, PROJ_DATA and where PROJ is installed.
  private static func usualFolders(_ information: PJ_INFO) -> [String] {
    (Session.text(information.searchpath) ?? "").split(separator: ":").map(String.init)
  }
}
