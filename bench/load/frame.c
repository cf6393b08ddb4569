// Step frame: one message, and the bytes of its delivery.

#include "load.h"

void frame(void) {
  publish(NULL);
  flush(all);
  drain();
  printf("{\"step\":\"%s\",\"frame_bytes\":%zu}\n", step_name, template_bytes);
}
