; Catch: a game for the Atari 2600, written to test and to show reinforcement learning.
;
; A ball falls from the top, somewhere along the width; a paddle at the bottom is moved with the joystick. A ball caught is a
; point, a ball missed costs one of five lives. The game ends at 100 points or without lives. The fire button does nothing.
;
; The score, the lives and one more byte lie where the Arcade Learning Environment looks for them under the name "breakout", so
; that it reads reward, lives and end of this game: SCORE, HUNDREDS, LIVES and MODE below must stay where they are.
;
; Assemble:  dasm catch.asm -f3 -ocatch.bin      (2048 bytes)
;
; SPDX-License-Identifier: Apache-2.0

        processor 6502

; Registers of the console

VSYNC   equ $00
VBLANK  equ $01
WSYNC   equ $02
NUSIZ0  equ $04
COLUP0  equ $06
COLUPF  equ $08
COLUBK  equ $09
CTRLPF  equ $0A
RESP0   equ $10
GRP0    equ $1B
ENABL   equ $1F
HMP0    equ $20
HMOVE   equ $2A
SWCHA   equ $0280
SWCHB   equ $0282
INTIM   equ $0284
TIM64T  equ $0296

PADDLE_OBJECT equ 0             ; offsets from RESP0 and HMP0
BALL_OBJECT   equ 4

; Sizes, in scan lines and in colour clocks

FIELD         equ 170           ; lines that the ball falls through
PADDLE_LINES  equ 6
FLOOR         equ 16            ; lines below the paddle; the three make 192
BALL_LINES    equ 4
BALL_WIDTH    equ 4
BALL_LEFTMOST equ 16            ; of its left edge, which is one of 128
PADDLE_WIDTH  equ 16
PADDLE_MIN    equ 8             ; of its left edge
PADDLE_MAX    equ 136
PADDLE_START  equ 72
PADDLE_SHIFT  equ 8             ; what place must be given so that the left edge is at clock 0
BALL_SHIFT    equ 10
PADDLE_SPEED  equ 2             ; colour clocks a frame
BALL_SPEED    equ 2             ; lines a frame

; Memory

ballX     equ $80
ballY     equ $81               ; lines above its upper edge
paddleX   equ $82
playing   equ $83               ; 0 until RESET is pressed, and after the end
randomLow  equ $84              ; a shift register that no reset clears, so that games differ
randomHigh equ $85
ballFloor equ $86               ; the kernel's line counter at the ball's lowest line

MODE      equ $B2               ; must be 0
LIVES     equ $B9
HUNDREDS  equ $CC
SCORE     equ $CD               ; tens and ones, decimal

        org $F800

start
        sei
        cld
        ldx #$FF
        txs
        ldy randomLow
        lda randomHigh
        ldx #0
        stx VBLANK
        pha                     ; kept at $FF while the rest is cleared
        txa
clear
        sta $00,x               ; the registers from $00, the memory from $80
        inx
        cpx #$FF
        bne clear
        ldx #$FE
        txs
        pla
        sta randomHigh
        sty randomLow
        ora randomLow
        bne seeded
        lda #$5A                ; a shift register of zeros would stay so
        sta randomLow
seeded
        lda #$0E                ; white
        sta COLUP0
        sta COLUPF
        lda #$20                ; ball 4 clocks wide
        sta CTRLPF
        lda #$05                ; player of double width
        sta NUSIZ0
        jsr newGame
        lda #0
        sta playing

frame
        lda #2
        sta VBLANK
        sta VSYNC
        sta WSYNC
        sta WSYNC
        sta WSYNC
        lda #0
        sta VSYNC
        lda #43                 ; 37 lines
        sta TIM64T

        jsr shift
        lda SWCHB
        lsr
        bcs notReset
        jsr newGame
notReset
        lda playing
        beq placed
        jsr movePaddle
        jsr moveBall
placed
        lda paddleX
        clc
        adc #PADDLE_SHIFT
        ldx #PADDLE_OBJECT
        jsr place
        lda ballX
        clc
        adc #BALL_SHIFT
        ldx #BALL_OBJECT
        jsr place
        sta WSYNC
        sta HMOVE

        lda #FIELD-BALL_LINES+1 ; the kernel counts down from FIELD to 1
        sec
        sbc ballY
        sta ballFloor

waitForPicture
        lda INTIM
        bne waitForPicture
        sta WSYNC
        sta VBLANK

        ldx #FIELD
fieldLine
        sta WSYNC
        txa
        sec
        sbc ballFloor
        cmp #BALL_LINES
        lda #2
        bcc ballHere
        lda #0
ballHere
        and playing             ; 2 while playing: no ball before and after a game
        sta ENABL
        dex
        bne fieldLine

        sta WSYNC
        lda #0
        sta ENABL
        lda #$FF
        sta GRP0
        ldx #PADDLE_LINES
paddleLine
        sta WSYNC
        dex
        bne paddleLine
        stx GRP0
        ldx #FLOOR-1
floorLine
        sta WSYNC
        dex
        bne floorLine

        lda #2
        sta VBLANK
        lda #35                 ; 30 lines
        sta TIM64T
waitForFrame
        lda INTIM
        bne waitForFrame
        sta WSYNC
        jmp frame

; Steps the shift register: Galois, 16 bits, of full length.
shift
        lsr randomHigh
        ror randomLow
        bcc shifted
        lda randomHigh
        eor #$B4
        sta randomHigh
shifted
        rts

newGame
        lda #0
        sta SCORE
        sta HUNDREDS
        sta MODE
        lda #5
        sta LIVES
        lda #PADDLE_START
        sta paddleX
        lda #2
        sta playing
; falls through

newBall
        lda #0
        sta ballY
        lda randomLow
        eor paddleX             ; so that it depends on how the game was played
        and #$7F
        clc
        adc #BALL_LEFTMOST
        sta ballX
        rts

movePaddle
        bit SWCHA               ; bit 7 is 0 while the joystick is to the right, bit 6 while it is to the left
        bmi notRight
        lda paddleX
        cmp #PADDLE_MAX
        bcs notRight
        adc #PADDLE_SPEED       ; carry is clear
        sta paddleX
notRight
        bit SWCHA
        bvs notLeft
        lda paddleX
        cmp #PADDLE_MIN+PADDLE_SPEED
        bcc notLeft
        sbc #PADDLE_SPEED       ; carry is set
        sta paddleX
notLeft
        rts

moveBall
        lda ballY
        clc
        adc #BALL_SPEED
        sta ballY
        cmp #FIELD-BALL_LINES
        bcc falling
        lda ballX               ; caught where -BALL_WIDTH < ballX - paddleX < PADDLE_WIDTH
        clc
        adc #BALL_WIDTH-1
        sec
        sbc paddleX
        cmp #PADDLE_WIDTH+BALL_WIDTH-1
        bcs missed
        sed
        lda SCORE
        clc
        adc #1
        sta SCORE
        lda HUNDREDS
        adc #0
        sta HUNDREDS
        cld
        beq newBall
        bne over                ; 100 points
missed
        dec LIVES
        bne newBall
over
        lda #0
        sta LIVES
        sta playing
falling
        rts

; Places an object at clock A less its shift (above), X being its offset from RESP0. Takes effect at the next HMOVE. Each turn of the
; loop is 5 cycles, 15 clocks; what is left over becomes fine motion.
place
        sta WSYNC
        sec
coarse
        sbc #15
        bcs coarse
        eor #7
        asl
        asl
        asl
        asl
        sta RESP0,x
        sta HMP0,x
        rts

        org $FFFA
        .word start
        .word start
        .word start
