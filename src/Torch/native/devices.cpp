// CUDA devices: how many, how much memory, and graphs of their work. Whoever builds this defines MGT_WITH_CUDA when CUDA's headers and libc10_cuda
// are there. Without it CUDA tensors work all the same, since every operator goes through the dispatcher; memory figures, the chip's generation and
// graphs are not known then.

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <memory>

#ifdef MGT_WITH_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#endif

#include "shim.h"

using magvit::guarded;

namespace {

// The hooks count devices as getNumGPUs, as deviceCount, or as both, from version to version; the one that is not there counts none.
template <typename Hooks>
auto count_devices(const Hooks& hooks, int) -> decltype(static_cast<int32_t>(hooks.deviceCount())) {
  return static_cast<int32_t>(hooks.deviceCount());
}

template <typename Hooks>
int32_t count_devices(const Hooks&, long) { return 0; }

template <typename Hooks>
auto count_gpus(const Hooks& hooks, int) -> decltype(static_cast<int32_t>(hooks.getNumGPUs())) {
  return static_cast<int32_t>(hooks.getNumGPUs());
}

template <typename Hooks>
int32_t count_gpus(const Hooks&, long) { return 0; }

}  // namespace

MGT_API int32_t mgt_cuda_device_count() {
  try {
    const auto& hooks = at::detail::getCUDAHooks();
    return at::hasCUDA() ? std::max(count_devices(hooks, 0), count_gpus(hooks, 0)) : 0;
  } catch (...) {
    return 0;
  }
}

MGT_API int32_t mgt_cuda_available() { return mgt_cuda_device_count() > 0; }

// Waits until the device has done all that was asked of it.
MGT_API int mgt_cuda_synchronize(int32_t device) {
  return guarded("cuda.synchronize", [&] {
    if (at::hasCUDA()) at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(device < 0 ? 0 : device));
  });
}

// Gives cached blocks back to the driver.
MGT_API int mgt_cuda_empty_cache() {
  return guarded("cuda.empty_cache", [&] {
#ifdef MGT_WITH_CUDA
    if (mgt_cuda_available()) c10::cuda::CUDACachingAllocator::emptyCache();
#endif
  });
}

// Bytes in use, their peak since the last reset, bytes held by the cache; -1 where a build without CUDA's headers does not know.
MGT_API int mgt_cuda_memory(int32_t device, int32_t reset_peak, int64_t* bytes) {
  return guarded("cuda.memory_stats", [&] {
    bytes[0] = bytes[1] = bytes[2] = -1;
#ifdef MGT_WITH_CUDA
    if (!mgt_cuda_available()) return;
    auto index = static_cast<c10::DeviceIndex>(device < 0 ? 0 : device);
    auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(index);
    bytes[0] = stats.allocated_bytes[0].current;
    bytes[1] = stats.allocated_bytes[0].peak;
    bytes[2] = stats.reserved_bytes[0].current;
    if (reset_peak) c10::cuda::CUDACachingAllocator::resetPeakStats(index);
#endif
  });
}

// Ten times the compute capability (90 for Hopper); 0 where it is not known.
MGT_API int32_t mgt_cuda_capability(int32_t device) {
#ifdef MGT_WITH_CUDA
  int major = 0, minor = 0, index = device < 0 ? 0 : device;
  if (mgt_cuda_available() && cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index) == cudaSuccess &&
      cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index) == cudaSuccess)
    return 10 * major + minor;
#endif
  return 0;
}

#ifdef MGT_WITH_CUDA
namespace {

// Work of one device, recorded on a stream of its own. While it is recorded nothing runs; memory that it takes stays its own until it is freed.
struct DeviceGraph {
  explicit DeviceGraph(c10::DeviceIndex device) : stream(c10::cuda::getStreamFromPool(false, device)) {}

  c10::cuda::CUDAStream stream;
  std::unique_ptr<c10::cuda::CUDAStreamGuard> recording;
  at::cuda::CUDAGraph graph;
};

}  // namespace
#endif

// Whether this build can record graphs of a CUDA device's work.
MGT_API int32_t mgt_graph_supported() {
#ifdef MGT_WITH_CUDA
  return mgt_cuda_available();
#else
  return 0;
#endif
}

// Starts to record what this thread asks of the device, until mgt_graph_end. Whatever it waits for or copies to the host fails meanwhile.
MGT_API int mgt_graph_begin(int32_t device, void** graph) {
  return guarded("graph.begin", [&] {
#ifdef MGT_WITH_CUDA
    auto index = static_cast<c10::DeviceIndex>(device < 0 ? 0 : device);
    auto recorded = std::make_unique<DeviceGraph>(index);
    // What the usual stream still does must be done before the recording reads it.
    at::detail::getCUDAHooks().deviceSynchronize(index);
    recorded->recording = std::make_unique<c10::cuda::CUDAStreamGuard>(recorded->stream);
    recorded->graph.capture_begin();
    *graph = recorded.release();
#else
    (void)device;
    *graph = nullptr;
    TORCH_CHECK(false, "this build knows no CUDA graphs");
#endif
  });
}

// Ends the recording; with keep 0 throws it away, as after an error. A recording that cannot be ended is freed too.
MGT_API int mgt_graph_end(void* graph, int32_t keep) {
  return guarded("graph.end", [&] {
#ifdef MGT_WITH_CUDA
    std::unique_ptr<DeviceGraph> recorded(static_cast<DeviceGraph*>(graph));
    recorded->graph.capture_end();
    recorded->recording.reset();
    if (keep) recorded.release();
#else
    (void)graph;
    (void)keep;
#endif
  });
}

// Runs a recording on the thread's stream, after all that was asked of it before; returns at once.
MGT_API int mgt_graph_launch(void* graph) {
  return guarded("graph.launch", [&] {
#ifdef MGT_WITH_CUDA
    static_cast<DeviceGraph*>(graph)->graph.replay();
#else
    (void)graph;
#endif
  });
}

MGT_API void mgt_graph_free(void* graph) {
#ifdef MGT_WITH_CUDA
  guarded("graph.free", [&] { delete static_cast<DeviceGraph*>(graph); });
#else
  (void)graph;
#endif
}
