import CGDAL
import Glibc
import VectorFiles

// The one process of placeregistry that has GDAL in it. It reads one file from outside, or writes one, and gives up
// beforehand what it won't need for that: see Sandbox.swift. Its parent is Sources/VectorFiles.
//   placeregistry-ogr read [--layer NAME] [--encoding NAME] FILE      JSON lines to standard output
//   placeregistry-ogr write --driver GPKG|XLSX --layer NAME [--crs EPSG:n] FILE      JSON lines from standard input
sandbox_close_others()
let output = LineOutput()
do {
  let command = try Command(arguments: Array(CommandLine.arguments.dropFirst()))
  switch command.verb {
  case .read: try FileReading(command).run(to: output)
  case .write: try FileWriting(command).run(to: output)
  }
  output.flush()
  // Without GDAL's cleaning up at exit: nothing is left to be written, and a crafted file gets no more turns.
  _exit(0)
} catch let failure as VectorFileError {
  output.error(failure)
} catch {
  output.error(VectorFileError("gdal", "\(error)"))
}
output.flush()
_exit(1)
