extension Route {
  /// The name of an operation and its accuracy in metres, nil when not known.
  typealias Told = (operation: String, accuracy: Double?)

  /// Name and accuracy of the operation by which the last position was carried.
  func lastUsed(outsideNet: Bool) -> Told {
    if let told = alwaysTold[outsideNet] { return told }
    let told = tell(outsideNet: outsideNet)
    let varies = steps.contains { if case .leg(let leg, _) = $0 { leg.varies } else { false } }
    if !varies { alwaysTold[outsideNet] = told }
    return told
  }

  private func tell(outsideNet: Bool) -> Told {
    var names: [String] = []
    var accuracy: Double? = 0
    for step in steps {
      let told: Told =
        switch step {
        case .sameDatum: ("ETRS89 to WGS 84 (1)", 1)
        case .leg(let leg, let inverse): named(leg, inverse: inverse)
        case .triangulation(let triangulation, let inverse):
          named(outsideNet ? triangulation.outside : triangulation.net, inverse: inverse)
        }
      names.append(told.operation)
      if let sum = accuracy, let metres = told.accuracy { accuracy = sum + metres } else { accuracy = nil }
    }
    return (names.isEmpty ? "no change" : names.joined(separator: " + "), accuracy)
  }

  private func named(_ leg: Leg, inverse: Bool) -> Told {
    let used = leg.lastUsed(in: session)
    guard inverse else { return used }
    // The steps the other way round, each the inverse of what it was.
    let mark = "Inverse of "
    let steps = used.operation.split(separator: " + ").reversed().map {
      $0.hasPrefix(mark) ? String($0.dropFirst(mark.count)) : mark + $0
    }
    return (steps.joined(separator: " + "), used.accuracy)
  }
}
