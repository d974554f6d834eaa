import ArgumentParser
import Configuration
import PlaceAPI
@main struct Main: AsyncParsableCommand {}
