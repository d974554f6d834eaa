import CProj
import Glibc

/// One PROJ context and everything made in it. Used by one thread at a time, which `CoordinateEngine`'s pool sees to:
/// whoever has taken a session out of the pool is alone with it. That is why it may say that it is `Sendable`.
final class Session: @unchecked Sendable {
  let context: OpaquePointer
  private var operations: [OpaquePointer] = []
  private var routes: [RouteKey: Route] = [:]
  private var directLegs: [RouteKey: Leg] = [:]
  private var ykjSteps: [Bool: Step] = [:]

  struct RouteKey: Hashable {
    let from: Int
    let to: Int
  }

  /// - Parameter searchPath: the folders in which PROJ looks for its database and grids, first to last.
  init(searchPath: [String]) throws(GeodesyError) {
    guard let context = proj_context_create() else { throw .failed("PROJ gives no context") }
    self.context = context
    proj_log_level(context, PJ_LOG_NONE)
    proj_context_set_enable_network(context, 0)
    guard !searchPath.isEmpty else { return }
    let copies = searchPath.map { strdup($0) }
    let paths = copies.map { UnsafePointer($0) }
    paths.withUnsafeBufferPointer {
      proj_context_set_search_paths(context, Int32($0.count), $0.baseAddress)
    }
    for copy in copies { free(copy) }
  }

  deinit {
    // A PJ must die before its context.
    for operation in operations { proj_destroy(operation) }
    proj_context_destroy(context)
  }

  /// The route between two systems, made at its first use.
  func route(from: CRS, to: CRS) throws(GeodesyError) -> Route {
    let key = RouteKey(from: from.srid, to: to.srid)
    if let known = routes[key] { return known }
    let route = try Route(from: from, to: to, in: self)
    routes[key] = route
    return route
  }

  /// PROJ's own choice of operations between two systems, x first on both sides.
  func directLeg(from: Int, to: Int) throws(GeodesyError) -> Leg {
    let key = RouteKey(from: from, to: to)
    if let known = directLegs[key] { return known }
    guard let operation = proj_create_crs_to_crs(context, "EPSG:\(from)", "EPSG:\(to)", nil) else {
      throw .failed("PROJ knows no way from EPSG:\(from) to EPSG:\(to) (\(lastError()))")
    }
    let leg = try Leg(adopt(normalised: operation), in: self)
    directLegs[key] = leg
    return leg
  }

  /// YKJ (EPSG:2393) → TM35FIN (EPSG:3067), or back when inverse: by the triangulation where its file is found, else by the best operation
  /// that needs no file.
  func ykjStep(inverse: Bool) throws(GeodesyError) -> Step {
    if let known = ykjSteps[inverse] { return known }
    let outside = try sevenParameterLeg()
    let step: Step =
      if let net = triangulationLeg() {
        .triangulation(
          Triangulation(net: net, outside: outside, toDegrees: try directLeg(from: 3067, to: 4258)), inverse: inverse)
      } else {
        .leg(outside, inverse: inverse)
      }
    ykjSteps[inverse] = step
    return step
  }

  /// The National Land Survey's triangulation, or nil when PROJ finds no file of it.
  func triangulationLeg() -> Leg? {
    // Named outright: left to itself PROJ picks it for some pairs of systems only, and not told which.
    let definition = "+proj=tinshift +file=\(Triangulation.fileName)"
    guard let operation = proj_create(context, definition) else { return nil }
    operations.append(operation)
    return Leg(operation, description: Triangulation.description, accuracy: Triangulation.accuracy)
  }

  private func sevenParameterLeg() throws(GeodesyError) -> Leg {
    guard
      let source = proj_create(context, "EPSG:2393"), let target = proj_create(context, "EPSG:3067"),
      let factory = proj_create_operation_factory_context(context, nil)
    else { throw .failed("PROJ's database lacks EPSG:2393 or EPSG:3067 (\(lastError()))") }
    defer {
      proj_destroy(source)
      proj_destroy(target)
      proj_operation_factory_context_destroy(factory)
    }
    proj_operation_factory_context_set_spatial_criterion(
      context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION)
    guard let list = proj_create_operations(context, source, target, factory) else {
      throw .failed("PROJ knows no way from EPSG:2393 to EPSG:3067 (\(lastError()))")
    }
    defer { proj_list_destroy(list) }
    for index in 0..<proj_list_get_count(list) {
      guard let operation = proj_list_get(context, list, index) else { continue }
      if proj_coordoperation_get_grid_used_count(context, operation) == 0,
        proj_coordoperation_has_ballpark_transformation(context, operation) == 0
      {
        return try Leg(adopt(normalised: operation), in: self)
      }
      proj_destroy(operation)
    }
    throw .failed("PROJ knows no way from EPSG:2393 to EPSG:3067 without files")
  }

  /// Takes ownership of an operation after turning it to x-first order.
  private func adopt(normalised operation: OpaquePointer) throws(GeodesyError) -> OpaquePointer {
    defer { proj_destroy(operation) }
    guard let normalised = proj_normalize_for_visualization(context, operation) else {
      throw .failed("PROJ cannot bring the axes into order (\(lastError()))")
    }
    operations.append(normalised)
    return normalised
  }

  /// PROJ's text for the last error in this context.
  func lastError() -> String {
    Session.text(proj_context_errno_string(context, proj_context_errno(context))) ?? "no reason given"
  }

  static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer else { return nil }
    let text = String(cString: pointer)
    return text.isEmpty ? nil : text
  }
}
