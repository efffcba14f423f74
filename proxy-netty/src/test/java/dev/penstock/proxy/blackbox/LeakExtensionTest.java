package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakExtensionTest {
    @Test
    void found_afterABufferWasDropped_namesIt() {
        for (int i = 0; i < 10; i++) {
            ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
        }

        assertThat(LeakExtension.found()).isNotEmpty().allMatch(leak -> leak.contains("LeakExtensionTest"));
        assertThat(LeakExtension.found()).isEmpty();
    }
}
