/** HTTP/1.1 on the wire: heads, bodies and trailers, read strictly and written as they came. */
@NullMarked
package dev.penstock.proxy.http1;

import org.jspecify.annotations.NullMarked;
