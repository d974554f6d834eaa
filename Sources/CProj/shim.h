// PROJ's C API and its geodesic routines (Karney 2013).
#include <geodesic.h>
#include <proj.h>
