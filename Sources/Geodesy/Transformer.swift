/// A way from one system to another, lent for the length of a closure by `CoordinateEngine.withTransformer`: for
/// streams and arrays, without a lock or an allocation for each position.
public struct Transformer: ~Copyable {
  let route: Route

  /// The system that positions come in.
  public var from: CRS { route.from }
  /// The system that positions go out in.
  public var to: CRS { route.to }

  /// Carries one position over: x = easting or longitude, y = northing or latitude, in the systems' own units.
  ///
  /// - Throws: `notFinite`, `outsideAreaOfUse`, `roundTrip` or `failed`.
  @inline(__always)
  public func transform(_ x: Double, _ y: Double) throws(GeodesyError) -> (x: Double, y: Double) {
    var outsideNet = false
    let result = try route.transform(Coordinate(x: x, y: y), outsideNet: &outsideNet)
    return (result.x, result.y)
  }

  /// Carries one position over and tells by which operation and how exactly; slower than `transform(_:_:)`.
  ///
  /// - Throws: `notFinite`, `outsideAreaOfUse`, `roundTrip` or `failed`.
  public func transform(_ c: Coordinate) throws(GeodesyError) -> Transformed {
    var outsideNet = false
    let result = try route.transform(c, outsideNet: &outsideNet)
    let used = route.lastUsed(outsideNet: outsideNet)
    return Transformed(coordinate: result, operation: used.operation, accuracy: used.accuracy)
  }
}
