// Where the tiles of Winograd's convolutions find their cells (winograd_work.h).

#include "winograd_work.h"

namespace mgt {

std::vector<Lanes> lanes_of(const Convolution& size, int64_t width, int64_t step) {
  std::vector<Lanes> all;
  int64_t columns = size.tile_columns(), tiles = size.tile_rows() * columns;
  for (int64_t first = 0; first < tiles; first += width) {
    Lanes lanes;
    std::vector<int64_t> starts;
    for (int64_t tile = first; tile < std::min(tiles, first + width); tile = (tile / columns + 1) * columns) starts.push_back(tile);
    lanes.inside = starts.size() == 1;
    for (int64_t i = 0; i < step + 2; ++i)
      for (int64_t start : starts) {
        int64_t end = std::min({tiles, first + width, (start / columns + 1) * columns}), y = start / columns * step - size.cells + i;
        int64_t x = start % columns * step - size.cells, lane = start - first;
        Read read{y * size.w + x - step * lane, 0, 0};
        for (int64_t cell = 0; cell < step * (end - start); ++cell) {
          uint32_t bit = 1u << (step * lane + cell);
          if (y < 0 || y >= size.h) continue;
          if (x + cell >= 0 && x + cell < size.w) read.first |= bit;
          if (x + cell + 2 >= 0 && x + cell + 2 < size.w) read.second |= bit;
        }
        lanes.inside = lanes.inside && (read.first & read.second) == ~0u >> (32 - step * width);
        lanes.reads.push_back(read);
        if (i > 0) continue;
        Write write{start / columns * 2 * size.wo() + start % columns * 2 - 2 * lane, 0};
        for (int64_t cell = 0; cell < 2 * (end - start); ++cell) write.cells |= 1u << (2 * lane + cell);
        lanes.writes.push_back(write);
      }
    all.push_back(std::move(lanes));
  }
  return all;
}

}  // namespace mgt
